"""``make demo``: the whole helpdesk on one machine, with an invented roll and an invented mailbox.

One parent (``__main__``) keeps a mailbox and a mail sink (``post_office``) and runs the very commands that a court
would run: the web server, ``flask poll`` and ``flask work``. Its state lies in ``instance/demo`` and is made anew at
each start.
"""
