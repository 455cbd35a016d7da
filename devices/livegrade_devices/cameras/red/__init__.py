"""RED cameras: RCP2 of the DSMC3 line, and the RCP of DSMC and DSMC2."""
