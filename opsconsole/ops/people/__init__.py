"""Who comes in, with which profile and for which sites; what each may do; what was refused to them."""
