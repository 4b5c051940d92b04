"""What is running, and the Eco quota in words."""
