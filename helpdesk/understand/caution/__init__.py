"""What makes a clerk stop: doubts, tricks, more than a plain request, pasted passwords."""
