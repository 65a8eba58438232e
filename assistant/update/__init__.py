"""Versions of the installed assistant: to make one from a wheelhouse, to switch, to go back.

    /opt/kitchen-assistant/
        versions/0.1.0-4f0c2a19/     a virtual environment with everything; manifest.json, written
                                     last, says that it is whole
        current, previous            links to two of them
        trial                        there from a switch until the new version was ready once; holds
                                     the name of the one to go back to

Only the standard library is used: a version is installed by the system's Python, out of the
project's own wheel, before anything else of it exists.
"""
