"""A kitchen with several cooks, one till and a board for the guests."""
