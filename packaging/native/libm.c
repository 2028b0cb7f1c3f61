/* What the link sees instead of libm. glibc 2.29 brought new versions of exp, log and pow that differ only in errno;
   against this stub the program asks for the old versions, which every libm still has. On the host the real libm answers.
   A function that the program uses and that is missing here stops the link. */
#define MATH(name) void name(void) {}
MATH(acos) MATH(acosf) MATH(acosh) MATH(acoshf) MATH(asin) MATH(asinf) MATH(asinh) MATH(asinhf)
MATH(atan) MATH(atan2) MATH(atan2f) MATH(atanf) MATH(atanh) MATH(atanhf) MATH(cbrt) MATH(cbrtf)
MATH(ceil) MATH(ceilf) MATH(cos) MATH(cosf) MATH(cosh) MATH(coshf) MATH(exp) MATH(expf)
MATH(floor) MATH(floorf) MATH(fma) MATH(fmaf) MATH(fmod) MATH(fmodf) MATH(ilogb) MATH(ilogbf)
MATH(log) MATH(log10) MATH(log10f) MATH(log2) MATH(log2f) MATH(logf) MATH(modf) MATH(modff)
MATH(pow) MATH(powf) MATH(sin) MATH(sincos) MATH(sincosf) MATH(sinf) MATH(sinh) MATH(sinhf)
MATH(sqrt) MATH(sqrtf) MATH(tan) MATH(tanf) MATH(tanh) MATH(tanhf) MATH(trunc) MATH(truncf)
