/// Preloaded into a program, makes it believe that everything is on the disk: the planted fault of `make test-medicine`.
