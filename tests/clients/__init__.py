"""What people already use, against a real gateway."""
