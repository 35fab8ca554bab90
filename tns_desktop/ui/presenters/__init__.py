"""Between use cases and views: they start tasks, turn results into what a view shows, and drop what came too late."""
