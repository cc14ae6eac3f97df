"""Evaluation in three parts that know nothing of each other: a healthy registry, attacks on it, and the detections."""
