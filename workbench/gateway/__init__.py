"""The one door: Flight SQL for data, HTTP for control; who is asking, how much, and the lock-up."""
