"""What needs a person's eye: found by rules, told once, over when its reason is."""
