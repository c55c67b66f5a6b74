"""What runs for long: the poller, the worker and the demo."""
