#ifndef QUIRE_OPENBLAS_SHIM_H
#define QUIRE_OPENBLAS_SHIM_H
#include <cblas.h>
#endif
