#ifndef LABD_CGPIO_H
#define LABD_CGPIO_H
#endif
