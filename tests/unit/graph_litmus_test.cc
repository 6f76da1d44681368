// The classic litmus tests: how many executions each has under SC and RC11.
// SPDX-License-Identifier: Apache-2.0
//
// The numbers are the complete executions that an established checker of the same axioms expects; the programs are
// written anew. Non-atomic accesses of the originals are relaxed ones here: where they are ordered by happens-before
// that is the same. An assumption that fails blocks its thread, and the execution is not counted.
#include "graph_litmus.h"

#include <gtest/gtest.h>

namespace interleave::explore::graph {
namespace {

struct Row {
  const char *name, *text;
  std::uint64_t sc, rc11;
};

constexpr Row kRows[] = {
    {"2+2W", "Wx=1.rel Wy=2.rel | Wy=1.rel Wx=2.rel", 3, 4},
    {"2+2W+2sc+scf", "Wx=1.sc Wy=2.sc | Wy=1.rlx F.sc Wx=2.rlx", 3, 3},
    {"2+2W+3sc+rel1", "Wx=1.sc Wy=2.sc | Wy=1.rel Wx=2.sc", 3, 4},
    {"2+2W+3sc+rel2", "Wx=1.sc Wy=2.sc | Wy=1.sc Wx=2.rel", 3, 4},
    {"2+2W+4sc", "Wx=1.sc Wy=2.sc | Wy=1.sc Wx=2.sc", 3, 3},
    {"2+2W+scfs", "Wx=1.rlx F.sc Wy=2.rlx | Wy=1.rlx F.sc Wx=2.rlx", 3, 3},
    {"2CoWR", "Ry.acq | Rx.acq | Wx=1.rel | Wy=1.rel", 4, 4},
    {"CoRR", "Wx=1.rel Wx=2.rel | Rx.acq Rx.acq", 6, 6},
    {"CoRR0", "Wx=1.rel | Rx.acq | Rx.acq", 4, 4},
    {"CoRR1", "Wx=1.rel | Wx=2.rel | Rx.acq Rx.acq | Rx.acq", 36, 36},
    {"CoRR2", "Wx=1.rel | Wx=2.rel | Rx.acq Rx.acq | Rx.acq Rx.acq", 72, 72},
    {"CoRW", "Rx.acq Wx=1.rel | Wx=2.rel", 3, 3},
    {"CoWR", "Wx=1.rel Rx.acq | Wx=2.rel", 3, 3},
    {"IRIW-acq-sc", "Wx=1.sc | Rx.acq Ry.sc | Ry.acq Rx.sc | Wy=1.sc", 15, 16},
    {"IRIWish", "Wx=1.rlx | Rx.rlx Wy=r.rel | Rx.rlx F.ar Ry.rlx | Ry.rlx F.ar Rx.rlx", 27, 28},
    {"JLT", "Wx=1.rel Ry.acq Rx.acq | Wx=2.rel Rx.acq | Wy=3.rel", 8, 8},
    {"LB", "Ry.acq Wx=1.rel | Rx.acq Wy=1.rel", 3, 3},
    {"LB+acq", "Rx.acq Wy=1.rlx | Ry.acq Wx=1.rlx", 3, 3},
    {"LB+ctrl", "Rx.rlx ?0:Wy=1.rlx ?1:Wy=2.rlx ?2:Wy=2.rlx | Ry.rlx ?0:Wx=1.rlx ?1:Wx=2.rlx ?2:Wx=2.rlx", 3, 3},
    {"LB+ctrl+rel", "Rx.rlx ?0:Wy=1.rlx ?1:Wy=2.rlx | Ry.rlx Wx=1.rel", 3, 3},
    {"LB+dep", "Rx.rlx Wy=r+1.rlx | Ry.rlx Wx=r+1.rlx", 3, 3},
    {"LB+fr-fr-data+data", "Rx.rlx Wy=1.rlx | Ry.rlx Ry.rlx Wx=1.rlx | Wy=2.rlx", 16, 18},
    {"LB+incMPs", "Rx.acq Az+1.ar | Az+1.ar Wy=1.rel | Ry.acq Aw+1.ar | Aw+1.ar Wx=1.rel", 15, 15},
    {"LB+rel", "Rx.rlx Wy=1.rel | Ry.rlx Wx=1.rel", 3, 3},
    {"LB2", "Rx.rlx Wy=1.rlx | Ry.rlx Wx=1.rlx", 3, 3},
    {"LB3", "Ra.rlx Wb=1.rlx | Rb.rlx Wc=1.rlx | Rc.rlx Wa=1.rlx", 7, 7},
    {"MCP-rrw", "Wx=1.rel | Wx=2.rel | Rx.acq", 6, 6},
    {"MP", "Wx=1.rel Wy=1.rel | Ry.acq Rx.acq", 3, 3},
    {"MP+incMP", "Ry.acq Az+1.ar | Az+1.ar Rx.acq | Wx=1.rel Wy=1.rel", 7, 7},
    {"MP+rel+acq", "Wx=1.rlx Wy=1.rel | Ry.acq ?1:Rx.rlx", 2, 2},
    {"MP+rel+acqf", "Wx=1.rlx Wy=1.rel | Ry.rlx ?1:F.acq ?1:Rx.rlx", 2, 2},
    {"MP+relf+acq", "Wx=1.rlx F.rel Wy=1.rlx | Ry.acq ?1:Rx.rlx", 2, 2},
    {"MP+relf+acqf", "Wx=1.rlx F.rel Wy=1.rlx | Ry.rlx ?1:F.acq ?1:Rx.rlx", 2, 2},
    {"MP+rels+acq", "Wx=1.rlx Wy=0.rel Wy=1.rlx | Ry.acq ?1:Rx.rlx", 3, 4},
    {"MP+rels+acqf", "Wx=1.rlx Wy=0.rel Wy=1.rlx | Ry.rlx ?1:F.acq ?1:Rx.rlx", 3, 4},
    {"MP2", "Wa=1.rlx Wc=1.rlx F.ar Wb=1.rlx Wd=1.rlx | Rb.rlx F.ar Ra.rlx | Rd.rlx F.ar Rc.rlx", 9, 9},
    {"MPU+rel+acq", "Wx=1.rlx Wy=1.rel | Ay+1.rlx | Ry.acq ?2:Wx=2.rlx", 6, 6},
    {"MPU+rel+acqf", "Wx=1.rlx Wy=1.rel | Ay+1.rlx | Ry.rlx ?2:F.acq ?2:Wx=2.rlx", 6, 6},
    {"MPU+relf+acq", "Wx=1.rlx F.rel Wy=1.rlx | Ay+1.rlx | Ry.acq ?2:Wx=2.rlx", 6, 6},
    {"MPU+relf+acqf", "Wx=1.rlx F.rel Wy=1.rlx | Ay+1.rlx | Ry.rlx ?2:F.acq ?2:Wx=2.rlx", 6, 6},
    {"MPU+rels+acq", "Wx=1.rlx Wy=0.rel Wy=1.rlx | Ay+1.rlx | Ry.acq ?2:Wx=2.rlx", 12, 13},
    {"MPU+rels+acqf", "Wx=1.rlx Wy=0.rel Wy=1.rlx | Ay+1.rlx | Ry.rlx ?2:F.acq ?2:Wx=2.rlx", 12, 13},
    {"MPU2+rel+acq", "Wx=1.rlx Wy=1.rel | Cy:2>3.rlx.rlx | Cy:1>2.rlx.rlx | Ry.acq ?3:Wx=2.rlx", 14, 14},
    {"MPU2+rel+acqf", "Wx=1.rlx Wy=1.rel | Cy:2>3.rlx.rlx | Cy:1>2.rlx.rlx | Ry.rlx ?3:F.acq ?3:Wx=2.rlx", 14, 14},
    {"MPU2+relf+acq", "Wx=1.rlx F.rel Wy=1.rlx | Cy:2>3.rlx.rlx | Cy:1>2.rlx.rlx | Ry.acq ?3:Wx=2.rlx", 14, 14},
    {"MPU2+relf+acqf", "Wx=1.rlx F.rel Wy=1.rlx | Cy:2>3.rlx.rlx | Cy:1>2.rlx.rlx | Ry.rlx ?3:F.acq ?3:Wx=2.rlx", 14, 14},
    {"MPU2+rels+acq", "Wx=1.rlx Wy=0.rel Wy=1.rlx | Cy:2>3.rlx.rlx | Cy:1>2.rlx.rlx | Ry.acq ?3:Wx=2.rlx", 35, 36},
    {"MPU2+rels+acqf", "Wx=1.rlx Wy=0.rel Wy=1.rlx | Cy:2>3.rlx.rlx | Cy:1>2.rlx.rlx | Ry.rlx ?3:F.acq ?3:Wx=2.rlx",
     35, 36},
    {"RWC+syncs", "Wx=1.rlx | Rx.rlx F.sc Ry.rlx | Wy=1.rlx F.sc Rx.rlx", 7, 7},
    {"S", "Wx=2.rlx Wy=1.rlx | Ry.rlx Wx=1.rlx", 3, 4},
    {"S+rel+acq", "Wx=1.rlx Wy=1.rel | Ry.acq ?1:Wx=2.rlx", 2, 2},
    {"S+rel+acqf", "Wx=1.rlx Wy=1.rel | Ry.rlx ?1:F.acq ?1:Wx=2.rlx", 2, 2},
    {"S+relf+acq", "Wx=1.rlx F.rel Wy=1.rlx | Ry.acq ?1:Wx=2.rlx", 2, 2},
    {"S+relf+acqf", "Wx=1.rlx F.rel Wy=1.rlx | Ry.rlx ?1:F.acq ?1:Wx=2.rlx", 2, 2},
    {"S+rels+acq", "Wx=1.rlx Wy=0.rel Wy=1.rlx | Ry.acq ?1:Wx=2.rlx", 3, 4},
    {"S+rels+acqf", "Wx=1.rlx Wy=0.rel Wy=1.rlx | Ry.rlx ?1:F.acq ?1:Wx=2.rlx", 3, 4},
    {"SB", "Wx=1.rel Ry.acq | Wy=1.rel Rx.acq", 3, 4},
    {"SB+2sc+scf", "Wx=1.sc Ry.sc | Wy=1.rlx F.sc Rx.rlx", 3, 3},
    {"SB+3sc+acq", "Wx=1.sc Ry.sc | Wy=1.sc Rx.acq", 3, 4},
    {"SB+3sc+rel", "Wx=1.sc Ry.sc | Wy=1.rel Rx.sc", 3, 4},
    {"SB+4sc", "Wx=1.sc Ry.sc | Wy=1.sc Rx.sc", 3, 3},
    {"SB+assert", "Wx=1.sc Ry.sc | Wy=1.sc Rx.sc", 3, 3},
    {"SB+rfis", "Wx=1.rel Rx.sc Ry.sc | Wy=1.rel Ry.sc Rx.sc", 3, 4},
    {"SB+scfs", "Wx=1.rlx F.sc Ry.rlx | Wy=1.rlx F.sc Rx.rlx", 3, 3},
    {"TC1", "Rx.rlx Wy=1.rlx | Ry.rlx Wx=r.rlx", 3, 3},
    {"W+RRR+W", "Wx=1.rlx | Rx.rlx Rx.rlx Rx.rlx | Wx=2.rlx", 20, 20},
    {"W+RWC", "Wx=1.rlx Wz=1.rel | Rz.acq F.sc Ry.rlx | Wy=1.rlx F.sc Rx.rlx", 7, 7},
    {"WRC+dep", "Wx=1.rlx | Rx.rlx Wy=r.rlx | Ry.rlx F.ar Rx.rlx", 7, 8},
    {"WWR+2WR", "Wx=1.sc Wy=1.sc Rz.sc !0 | Wz=1.sc Ry.sc !2 | Wy=2.sc Rx.sc !0", 0, 0},
    {"WWmerge1", "Rx.acq Ry.sc | Wx=1.sc Wx=2.sc | Wy=1.sc Rx.sc", 15, 17},
    {"WWmerge2", "Rx.acq Ry.sc | Wx=2.sc | Wy=1.sc Rx.sc", 7, 8},
    {"Z6+acq", "Wa=1.rlx F.sc Wb=1.rlx | Rb.acq Wc=1.rlx | Wc=2.rlx F.sc Ra.rlx", 7, 7},
    {"Z6.U", "Wx=1.sc Wy=1.rel | Ay+1.sc Ry.rlx | Wy=3.sc Rx.sc", 18, 22},
    {"atomicpo", "Wy=1.rlx F.ar Wx=1.rlx | Xx=1.rlx Xy=1.rlx", 3, 4},
    {"ccr", "Cx:0>42.rlx.rlx | Cx:0>17.rlx.rlx Rx.rlx", 2, 2},
    {"cii", "Cx:1>2.rlx.rlx | Ax+1.rlx | Ax+1.rlx", 6, 6},
    {"cumul-release", "Wx=1.rlx Wy=1.rel | Ry.rlx Wz=r.rlx | Rz.rlx F.ar Rx.rlx", 7, 8},
    {"default", "Rx.acq Rx.acq | Wx=1.rel | Wx=2.rel", 12, 12},
    {"detour", "Wx=1.rlx | Rz.rlx Wx=r+255.rlx Rx.rlx Wy=r.rlx | Ry.rlx Wz=r.rlx", 9, 9},
    {"fr+w+w+w+reads", "Wx=1.rlx | Wx=2.rlx | Wx=3.rlx | Rx.rlx Rx.rlx Rx.rlx Rx.rlx", 210, 210},
    {"inc+inc+RR+W+RR", "Ax+1.rlx | Ax+1.rlx | Rx.rlx Rx.rlx | Wx=42.rlx | Rx.rlx Rx.rlx", 600, 600},
    {"inc2w", "Ax+1.rlx | Wx=4.rel | Ax+2.rlx", 6, 6},
    {"isa2", "Wa=1.rlx Wb=1.rel | Rb.acq Wc=1.rel | Rc.acq Ra.rlx", 7, 7},
    {"malloc-dep", "Ac+1.rlx | Ac+1.rlx", 2, 2},
    {"ori", "Ax+1.rlx Wy=1.rel | Cx:0>1.acq.acq | Ry.rlx ?1:Wx=4.rel", 5, 5},
    {"peterZ", "Wx=1.rlx F.sc Ry.rlx | Wy=1.rlx Wz=1.rel | Rz.acq F.sc Rx.rlx", 7, 7},
    {"po-loc", "Ry.rlx F.ar Rx.rlx Wx=1.rlx | Rx.rlx Wy=r.rlx", 3, 3},
    {"psc-ar", "Ry.rlx !1 F.sc Rz.rlx !0 | Wz=1.rlx F.sc Wx=1.rlx | Rx.rlx ?1:Wy=1.rlx !1", 0, 1},
    {"psc-base-notin-ar", "Rx.rlx !2 Wy=1.sc | Wy=2.sc | Ry.sc !2 Wx=r.rlx", 1, 2},
    {"psc-sbhbsb", "Wx=1.sc Wy=1.sc | Rx.acq !1 Ry.sc !0", 1, 1},
    {"rel-B-cumul-acq", "Wx=1.rlx Wy=1.rel | Ry.rlx Wz=r.rlx | Rz.rlx F.ar Rx.rlx | Ry.acq", 14, 16},
    {"rel-pporf", "Rx.rlx Wz=1.rel Wy=1.rel | Ry.rlx Wx=1.rlx", 3, 3},
    {"relacq-B-cumul", "Wx=1.rlx Wy=1.rel | Ry.acq Wz=1.rlx | Rz.rlx F.ar Rx.rlx", 7, 8},
    {"relseq", "Wx=1.rlx Wy=1.rel Wy=2.rlx | Xy=3.rlx | Ry.rlx F.ar Rx.rlx", 16, 20},
    {"rfi-preserved", "Rx.rlx Wy=1.rel Ry.rlx Wz=r.rlx | Rz.rlx Wx=r.rlx", 3, 3},
    {"rii", "Rx.rlx Ax+1.rlx | Ax+1.rlx", 3, 3},
    {"rinc+wr", "Ax+1.rlx | Wx=2.rlx Rx.rlx", 3, 3},
    {"riwi", "Ry.rlx Ax+1.rlx | Ax+1.rlx Wy=1.rel", 3, 3},
    {"small0", "Rx.acq | Rx.acq Wx=1.rel | Wx=2.rel", 9, 9},
    {"small1", "Ry.acq Rz.acq Rx.acq | Wx=1.rel | Wy=1.rel Wz=1.rel", 8, 8},
    {"viktor-relseq", "Al+1.acq Al+1.rlx | Al+1.rlx Al+1.rlx | Al+1.rel | Al+1.rlx", 180, 180},
    {"wcii", "Wx=5.rel | Cx:1>2.rlx.rlx | Ax+1.rlx | Ax+1.rlx", 24, 24},
    {"wrw 2", "Wx=1.rel | Rx.rlx Wx=2.rel | Rx.rlx Wx=3.rel", 22, 22},
    {"wrw 3", "Wx=1.rel | Rx.rlx Wx=2.rel | Rx.rlx Wx=3.rel | Rx.rlx Wx=4.rel", 300, 300},
    {"wrw 4", "Wx=1.rel | Rx.rlx Wx=2.rel | Rx.rlx Wx=3.rel | Rx.rlx Wx=4.rel | Rx.rlx Wx=5.rel", 6576, 6576},
    {"wb1", "Wx=1.sc Ax+1.sc !42 | Ax+42.sc !0 Rx.sc", 0, 0},
    {"wb2", "Rx.rlx !5 Rx.rlx | Rx.rlx !4 Wx=5.rlx | Wx=3.rlx Wx=4.rlx | Ax+10.rlx !3", 1, 1},
    {"wb3", "Rx.rlx !6 Rx.rlx | Wx=4.rlx Wx=6.rlx | Wx=3.rlx Ax+1.rlx !4 | Ax+10.rlx !3", 1, 1},
    {"wb4", "Ax+1.rlx !1 | Wx=1.rlx Ax+1.rlx !10 Rx.rlx | Wx=10.rlx", 1, 1},
    {"wb5", "Ax+1.rlx !0 | Ax+1.rlx !10 Rx.rlx | Wx=10.rlx", 1, 1},
    {"psc-wb-fixpoint", "Wx=1.sc Ry.sc !0 | Wx=2.rlx F.sc Rz.rlx !0 | Wy=1.sc Rx.sc !2 | Wz=1.rlx F.sc Rx.rlx !1", 0, 0},
    {"psc-wb-fp-sezgin", "Wc=2.sc Wa=2.sc Rb.sc !2 | Wc=1.sc Ra.sc !2 Rb.sc !1 | Wb=2.sc Wa=1.sc Rc.sc !2 | "
                         "Wb=1.sc Ra.sc !1 Rc.sc !1", 0, 0},
    {"psc-wb-why-fxp", "Wx=1.sc Ry.sc !0 Wy=1.sc Rx.sc !1 | Wx=2.sc Ry.sc !0 Wy=2.sc Rx.sc !2", 0, 0},
    {"dekker_f", "Wy=1.rlx F.sc Rx.rlx ?0:Wc=1.rlx ?0:Rc.rlx | Wx=1.rlx F.sc Ry.rlx ?0:Wc=0.rlx ?0:Rc.rlx", 3, 3},
    {"wrc11_fp", "Wx=1.rel | Wx=2.rel Rx.acq Rx.acq", 4, 4},
};

class GraphLitmus : public ::testing::TestWithParam<Row> {};

TEST_P(GraphLitmus, HasTheExpectedExecutions) {
  const Row &row = GetParam();
  const Program program = litmus(row.text);
  for (const Model model : {Model::sc, Model::rc11}) {
    const Result result = explore_all(program, model);
    EXPECT_EQ(result.counts.complete, model == Model::sc ? row.sc : row.rc11)
        << row.name << (model == Model::sc ? " sc" : " rc11");
    EXPECT_EQ(result.repeated, 0u);
    EXPECT_FALSE(result.diverged);
  }
}

std::string name_of(const ::testing::TestParamInfo<Row> &info) {
  std::string name;
  for (const char *c = info.param.name; *c; c++) name += std::isalnum(static_cast<unsigned char>(*c)) ? *c : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Classics, GraphLitmus, ::testing::ValuesIn(kRows), name_of);

}  // namespace
}  // namespace interleave::explore::graph
