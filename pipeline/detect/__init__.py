"""From events to what a person looks at: detections fire signals, signals about one subject make a case."""
