"""The library behind *After Mumbai*: data, measures, charts and the book that shows them.

Imports run one way: ``rules -> data -> measures | export -> charts | tables -> notebooks -> book``.
"""

__version__ = "0.1.0"
