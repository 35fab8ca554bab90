"""What differs from one machine to the next: where things lie, the clock, the log files."""
