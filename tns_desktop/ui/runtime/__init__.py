"""How Qt and asyncio share one thread, and how the window hears of events."""
