# cmake --install: a relocatable bundle (see tools/README.md)
