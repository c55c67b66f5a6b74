"""Mail that no person wrote by hand, and mail that came back."""
