"""Leaders' pages as they are served: ``check`` judges a page before any query runs, ``server`` is
the Voila that shows them."""
