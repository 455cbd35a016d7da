// Chroma between 4:2:2 and 4:4:4, co-sited: linear up, [-1 2 6 2 -1] / 8 down, ends held. Down undoes up exactly: the
// LeGall 5/3 pair of JPEG 2000 (ISO/IEC 15444-1 annex F). Shared by the CPU kernels and the CUDA text; no includes.
#pragma once

#ifndef LG_HD
#ifdef __CUDACC__
#define LG_HD __host__ __device__ __forceinline__
#else
#define LG_HD static inline
#endif
#endif

// Chroma at an odd pixel, between the samples left and right of it; beyond the last sample right = left.
LG_HD float lg_chroma_between(float left, float right) { return 0.5f * (left + right); }

// Chroma of the even pixel `at` from its row at every pixel: two pixels before to two after, ends held.
LG_HD float lg_chroma_down(float before2, float before1, float at, float after1, float after2) {
    return 0.75f * at + (0.25f * (before1 + after1) - 0.125f * (before2 + after2));
}

// The same eight times as large, in integers.
LG_HD int lg_chroma_down8(int before2, int before1, int at, int after1, int after2) {
    return 6 * at + 2 * (before1 + after1) - (before2 + after2);
}
