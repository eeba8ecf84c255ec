"""Every kind of layer, one file each: what it computes, and what a row of that kind is asked.

In each file the operation comes first, in plain words and plainly computed; then the kind of row
that uses it. `kind` says what a kind is asked, and `stack` asks the rows of a table in turn; which
kinds there are is said in `rows`, a floor up.
"""
