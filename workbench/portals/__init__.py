"""Catalogues of real portals: read by a mapping, judged, searched, matched, published."""
