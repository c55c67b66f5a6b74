"""What happens to tickets whoever causes it: changes, warnings, merging, what is counted about them."""
