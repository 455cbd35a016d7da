"""The desktop: a client of the session's API, in a process of its own.

It may be closed, killed or stand still; the session and its outputs do not notice, and the next start finds everything
as it was. It imports `control.client`, `control.follower`, their messages and the reader of shared pictures, and
nothing else of livegrade.
"""
