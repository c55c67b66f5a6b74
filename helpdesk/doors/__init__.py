"""Where the helpdesk meets other systems: the only modules that know their protocols and formats."""
