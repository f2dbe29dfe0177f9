"""What approvers granted beyond the policy: what of it holds now, how it is used, how it ends."""
