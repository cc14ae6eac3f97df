"""How much the cases of the detections notice: every query made a little wrong, in every place, one wrong at a time."""
