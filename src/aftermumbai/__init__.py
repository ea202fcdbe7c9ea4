"""The library behind *After Mumbai*: data, measures, charts and the book that shows them.

Imports run one way: ``rules -> data -> measures | export -> charts | tables -> notebooks -> book``.
"""

import sys

__version__ = "0.1.0"

# Altair and Frictionless import jsonschema, and that would compile a grammar of international addresses, two seconds
# in every notebook. It does without where the grammar is not installed; no schema of the book asks for it.
sys.modules.setdefault("rfc3987_syntax", None)
