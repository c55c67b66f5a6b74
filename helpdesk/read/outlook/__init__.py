"""What Outlook packs in forms of its own: winmail.dat and rich text."""
