"""The operations that read rollouts: changes of rules in open dossiers."""
