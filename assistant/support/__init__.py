"""An archive for somebody who is to help: what this installation is and how it is doing, without
anything that was said, written down or heard here.

What is shown is chosen, not what is hidden: numbers, names that come with the program, and messages
that stand in its source. The rest is "(removed)".
"""
