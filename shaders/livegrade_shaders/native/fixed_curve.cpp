// Fits the quadratics of FixedCurve and measures what they cost.
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "look_program.hpp"

namespace livegrade {

namespace {

constexpr int inputs = 32768;

int rounded_product(int a, int b) { return (a * b + 0x4000) >> 15; }  // pmulhrsw

int saturated(int x) { return std::clamp(x, -32768, 32767); }

struct Quadratic {
    int c0, c1, c2;

    int at(int t) const {
        const int slope = saturated(c1 + rounded_product(t, c2));
        return std::max(0, saturated(c0 + rounded_product(t, slope)));
    }
};

std::int16_t word(double x) { return static_cast<std::int16_t>(std::lround(std::clamp(x, -32768.0, 32767.0))); }

// Through y[0..width) at t = i / width: c2 from the second difference of the ends and the middle, then c1 and c0 by
// least squares on what is left.
Quadratic fitted(const float* y, int width) {
    const double last = width - 1, middle = width / 2;
    const double slope_a = (y[width / 2] - y[0]) / middle, slope_b = (y[width - 1] - y[width / 2]) / (last - middle);
    const int c2 = word((slope_b - slope_a) / last * width * width);
    double sum = 0, sum_t = 0, sum_tt = 0, sum_r = 0, sum_tr = 0;
    for (int i = 0; i < width; ++i) {
        const double t = static_cast<double>(i) / width, rest = y[i] - c2 * t * t;
        sum += 1;
        sum_t += t;
        sum_tt += t * t;
        sum_r += rest;
        sum_tr += t * rest;
    }
    const int c1 = word((sum * sum_tr - sum_t * sum_r) / (sum * sum_tt - sum_t * sum_t));
    return {word((sum_r - c1 * sum_t) / sum), c1, c2};
}

// One set of 16 segments of `width` inputs; returns the largest error over inputs from..to. `mean`: raised to the mean
// error of the worst segment.
double fit_set(const float* y, int width, int from, int to, std::int16_t* c0, std::int16_t* c1, std::int16_t* c2,
               double& mean) {
    double worst = 0;
    for (int segment = 0; segment < 16; ++segment) {
        const int start = segment * width;
        const Quadratic q = fitted(y + start, width);
        c0[segment] = static_cast<std::int16_t>(q.c0);
        c1[segment] = static_cast<std::int16_t>(q.c1);
        c2[segment] = static_cast<std::int16_t>(q.c2);
        double sum = 0;
        for (int i = std::max(0, from - start); i < std::min(width, to - start); ++i) {
            const double error = std::abs(q.at(i * (inputs / width)) - static_cast<double>(y[start + i]));
            worst = std::max(worst, error);
            sum += error;
        }
        mean = std::max(mean, sum / width);
    }
    return worst;
}

// An error of the curve that is not worth a third set of segments: a tenth of a 10-bit code.
constexpr double small_error = 3.7;

}  // namespace

FixedCurve::FixedCurve(const FloatOps& ops) {
    for (const FloatOp& op : ops.list())
        if (op.kind == FloatOp::mix || op.kind == FloatOp::cube)
            throw std::invalid_argument("a curve consists of ramps, powers and tables");
    AlignedFloats values(inputs + 16);
    float* y = values.data();
    for (int i = 0; i <= inputs; ++i) y[i] = static_cast<float>(i) / inputs;
    look_kernels().run_scalars(ops.list().data(), static_cast<int>(ops.list().size()), y, inputs + 1);
    table_.top = word(std::clamp(y[inputs] * inputs, 0.0f, 32767.0f));
    for (int i = 0; i < inputs; ++i) y[i] = std::clamp(y[i] * inputs, 0.0f, 32767.0f);
    for (int i = 1; i < inputs; ++i) largest_step_ = std::max(largest_step_, std::abs(double(y[i]) - y[i - 1]));
    for (int i = 0; i < inputs; i += inputs / 8)
        steep_step_ = std::max(steep_step_, std::abs(double(y[i + inputs / 8 - 1]) - y[i]) / (inputs / 8 - 1));
    double ignored = 0;  // below 256 of 32768 few pictures have enough to count in a mean
    const double wide = fit_set(y, 2048, 4096, inputs, table_.c0, table_.c1, table_.c2, usual_error_);
    const double dark = fit_set(y, 256, 256, 4096, table_.c0 + 16, table_.c1 + 16, table_.c2 + 16, usual_error_);
    const double dark_to_zero = fit_set(y, 256, 0, 256, table_.c0 + 16, table_.c1 + 16, table_.c2 + 16, ignored);
    const double black = fit_set(y, 16, 0, 256, table_.c0 + 32, table_.c1 + 32, table_.c2 + 32, ignored);
    table_.near_black = dark_to_zero > small_error;
    // Where all three sets are looked up at once, the third is in use whether it is needed or not.
    error_ = std::max({wide, dark, table_.near_black ? black : std::max(black, dark_to_zero)});
}

}  // namespace livegrade
