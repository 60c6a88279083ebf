"""The leaders' server: Voila behind a door, with warm kernels and room for so many at once.

``app`` puts it together; ``door`` knows who is looking before anything runs; ``admission`` says who
waits; ``kernels`` starts, hands out and ends kernels; ``page`` serves one page. It is started by
``workbench up`` as ``python -m workbench.pages.server`` and sees no key, no store and no engine:
all it knows comes from the gateway, asked as the person who is looking. See docs/pages-server.md.
"""
