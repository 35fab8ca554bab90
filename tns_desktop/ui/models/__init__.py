"""Item models: rows and trees as Qt wants them, testable without a window. They start no task."""
