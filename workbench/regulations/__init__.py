"""What a regulation orders, and by which day: profiles, deadlines, working days. Pure."""
