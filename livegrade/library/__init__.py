"""What is kept: looks, stills, takes and markers, in one folder of files beside a database that names them."""
