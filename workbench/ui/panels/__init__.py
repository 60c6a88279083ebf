"""From a release to what the board draws: plain dicts, one module for each idea of a chart.

Nothing here asks for data or looks at a clock: a release, the page's words and a ``Context`` go in,
a ``Content`` comes out. Colours are tokens (``@accent``, ``@series0`` ...) that the theme resolves.
"""

from workbench.ui.panels.content import content
from workbench.ui.panels.drawings import Draw, Drawings
from workbench.ui.panels.parts import Content, Context

__all__ = ["Content", "Context", "Draw", "Drawings", "content"]
