"""OSC over UDP: surfaces on tablets, Companion, lighting desks and scripts. A face of the API like the others."""
