"""The life of a case: from the application to the end of its grant."""
