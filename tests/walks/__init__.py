"""Random walks through the whole desk: steps that anybody may take, and what must hold after each of them."""
