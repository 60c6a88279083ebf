"""Is this installation fit to be used, and by whom could it be read? Looks, and changes nothing."""
