# naskah: case files to signed letters. Two commands matter: `make run` and `make test`.
#
#   make run        install what is missing, build, run the fixtures' batch into out/
#   make test       build and pass all tests (unit, golden, hostile, fuzz corpus, fault, system)
#   make fault      every disk operation of a small run fails in turn, or is the last one (test: every third)
#   make asan       the same tests under AddressSanitizer and UndefinedBehaviorSanitizer
#   make golden-update  rewrite the text dumps of tests/golden; read the diff
#   make lint       headers alone, layers, formatter, cppcheck, translations
#   make interop    other people's tools judge our files
#   make batch      10,000 letters, a service that goes wrong in 6 of 100 calls, 20 kill -9 (test: 600 and 4)
#   make bench      JSON lines: CPU and wall time per item, peak memory
#   make bench-peers  installs Typst, Apache FOP and pdfTeX and compares with them (later `make bench` does so too)
#   make fuzz       libFuzzer on each parser for FUZZ_SECONDS each
#   make docs       the pictures of README.md and docs/letters
#   make install    PREFIX=/usr/local, DESTDIR=
#   make help       this
#
# Variants build in out/build/<variant>; `make VERBOSE=1` shows the commands.

VARIANT ?= release
B       := out/build/$(VARIANT)
PREFIX  ?= /usr/local
FUZZ_SECONDS ?= 20

ifeq ($(origin CC),default)
CC := gcc
endif
Q := $(if $(VERBOSE),,@)

PKGS := harfbuzz-subset harfbuzz libqrencode libcrypto libcurl libxml-2.0 libxslt libexslt sqlite3 jansson \
	libmicrohttpd inih libdeflate libqpdf libutf8proc libp11
# Asked for only once the packages are there (first use is inside a recipe).
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS) | sed 's/-I/-isystem /g')
PKG_LIBS   = $(shell pkg-config --libs $(PKGS)) -lhpdf -lhyphen -lm

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wvla -Wformat=2 -Wmissing-prototypes -Wundef \
	-Wcast-qual -Wnull-dereference -Wstrict-prototypes -Werror
CFLAGS_COMMON := -std=c17 -D_GNU_SOURCE -Isrc -include base/banned.h $(WARN) -pthread -fPIE -g
CFLAGS_release := -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong
LDFLAGS_release := -pie -Wl,-z,relro,-z,now
SAN := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS_asan := -O1 $(SAN) -Wno-format-truncation -Wno-null-dereference -Wno-maybe-uninitialized
LDFLAGS_asan := -pie $(SAN)
CFLAGS_fuzz := -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -Wno-unknown-warning-option
LDFLAGS_fuzz := -fsanitize=address,undefined

ALL_CFLAGS  = $(CFLAGS_COMMON) $(CFLAGS_$(VARIANT)) $(PKG_CFLAGS) $(CFLAGS)
ALL_LDFLAGS = $(LDFLAGS_$(VARIANT)) -pthread $(LDFLAGS)

SRC  := $(sort $(wildcard src/*/*.c))
OBJ  := $(SRC:src/%.c=$B/obj/%.o)
LIB  := $B/libnaskah.a
BIN  := $B/naskah
MO   := $B/locale/id/LC_MESSAGES/naskah.mo
UNIT := $(patsubst tests/unit/%.c,$B/unit/%,$(sort $(wildcard tests/unit/test_*.c)))
GOLDEN := $(shell grep -l '"UPDATE"' $(wildcard tests/unit/test_*.c) | sed 's|^tests|$B|; s|\.c$$||')
FUZZ := $(patsubst tests/fuzz/%.c,$B/fuzz/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FAULT := $B/fault/sweep $B/fault/preload.so
SCAN := $B/system/memscan

.PHONY: all run test fault fuzz-run unit golden-update system asan lint format interop batch bench bench-peers fuzz fuzz-replay install docs help \
	clean distclean po FORCE

all: $(BIN) $(MO)

help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile

# ---- packages: installed only when one is missing -------------------------------------------------------
$B/.packages-%: docs/packages.txt tests/lint/packages.sh
	@mkdir -p $(@D)
	$(Q)sh tests/lint/packages.sh $*
	@touch $@

# ---- building -------------------------------------------------------------------------------------------
# The stamp changes when the compiler or its flags do, and everything is built again.
$B/flags: FORCE | $B/.packages-build
	@mkdir -p $(@D)
	@echo '$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS)' | cmp -s - $@ || echo '$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS)' > $@

$B/obj/%.o: src/%.c $B/flags | $B/.packages-build
	@mkdir -p $(@D)
	$(if $(Q),@echo "  CC  $<")
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$B/obj/main.o: src/main.c

$(LIB): $(OBJ)
	$(if $(Q),@echo "  AR  $@")
	$(Q)rm -f $@ && ar rcs $@ $(OBJ)

$(BIN): $B/obj/main.o $(LIB)
	$(if $(Q),@echo "  LD  $@")
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $B/obj/main.o $(LIB) $(PKG_LIBS)

$(MO): src/po/id.po | $B/.packages-build
	@mkdir -p $(@D)
	$(Q)msgfmt --check-format -o $@ $<

po: | $B/.packages-build
	$(Q)xgettext -L C --from-code=UTF-8 -k_ -kN_ -kQ_:1,2 --no-location --sort-output --package-name=naskah \
		-o out/build/naskah.pot $(sort $(wildcard src/*.c src/*/*.c src/*/*.h))
	$(Q)msgmerge --quiet --update --backup=none --no-fuzzy-matching src/po/id.po out/build/naskah.pot

# ---- the main job ---------------------------------------------------------------------------------------
run: all
	$(Q)$(BIN) run --config fixtures/demo.ini fixtures/cases

# ---- tests ----------------------------------------------------------------------------------------------
$B/unit/%: tests/unit/%.c $(LIB) $B/flags | $B/.packages-test
	@mkdir -p $(@D)
	$(if $(Q),@echo "  LD  $@")
	$(Q)$(CC) $(ALL_CFLAGS) -Itests -MMD -MP -o $@ $< $(LIB) $(ALL_LDFLAGS) $(PKG_LIBS) -lcmocka

# Each target is also a program that replays files: the corpus is a test without clang.
$B/fuzz/%: tests/fuzz/%.c tests/fuzz/replay.c $(LIB) $B/flags
	@mkdir -p $(@D)
	$(if $(Q),@echo "  LD  $@")
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -o $@ $< $(if $(filter fuzz,$(VARIANT)),-fsanitize=fuzzer,tests/fuzz/replay.c) \
		$(LIB) $(ALL_LDFLAGS) $(PKG_LIBS)

# A plain library whatever the variant: it is loaded before the program's own.
$B/fault/preload.so: tests/fault/preload.c $B/flags
	@mkdir -p $(@D)
	$(if $(Q),@echo "  LD  $@")
	$(Q)$(CC) $(CFLAGS_COMMON) -O2 -fPIC -shared -o $@ $< -ldl

$B/fault/sweep: tests/fault/sweep.c $(LIB) $B/flags
	@mkdir -p $(@D)
	$(if $(Q),@echo "  LD  $@")
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -o $@ $< $(LIB) $(ALL_LDFLAGS) $(PKG_LIBS)

# Plain C: it looks at other programs.
$(SCAN): tests/system/memscan.c $B/flags
	@mkdir -p $(@D)
	$(if $(Q),@echo "  LD  $@")
	$(Q)$(CC) -std=c17 -D_GNU_SOURCE -Wall -Wextra -Werror -O2 -o $@ $<

test: all $(UNIT) $(FUZZ) $(FAULT) $(SCAN) | $B/.packages-test
	$(Q)VARIANT=$(VARIANT) FAULT_STEP=3 sh tests/run.sh unit fuzz-replay fault system

fault: all $(FAULT)
	$(Q)VARIANT=$(VARIANT) sh tests/run.sh fault

unit: all $(UNIT)
	$(Q)VARIANT=$(VARIANT) sh tests/run.sh unit

system: all $(SCAN) | $B/.packages-test
	$(Q)VARIANT=$(VARIANT) sh tests/run.sh $@

fuzz-replay: $(FUZZ)
	$(Q)VARIANT=$(VARIANT) sh tests/run.sh fuzz-replay

# Text dumps of cases, letter trees and pages live in tests/golden; these programs compare them, or rewrite them.
golden-update: $(GOLDEN)
	$(Q)for t in $(GOLDEN); do UPDATE=1 $$t >/dev/null 2>&1 || exit 1; done
	$(Q)git diff --stat tests/golden

asan:
	$(Q)$(MAKE) --no-print-directory VARIANT=asan test

interop: all $B/unit/test_tags | $B/.packages-test $B/.packages-interop
	$(Q)VARIANT=$(VARIANT) sh tests/run.sh interop

$B/bench/%: tests/bench/%.c $(LIB) $B/flags
	@mkdir -p $(@D)
	$(if $(Q),@echo "  LD  $@")
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -o $@ $< $(LIB) $(ALL_LDFLAGS) $(PKG_LIBS)

batch: all | $B/.packages-test
	$(Q)VARIANT=$(VARIANT) CASES=10000 KILLS=20 sh tests/system/test_batch.sh

bench: all $B/bench/bench $B/bench/local | $B/.packages-test
	$(Q)VARIANT=$(VARIANT) sh tests/bench/bench.sh

bench-peers: all $B/bench/bench out/peers/typst/node_modules | $B/.packages-bench
	$(Q)VARIANT=$(VARIANT) sh tests/bench/peers.sh

# npm comes with some builds of Node.js; Debian's has it in a package with very many more.
out/peers/typst/node_modules: tests/bench/peers/typst/package.json | $B/.packages-bench
	$(Q)command -v npm >/dev/null || sh tests/lint/packages.sh bench-npm
	@mkdir -p $(@D)
	$(Q)cp $< $(@D) && npm install --prefix $(@D) --silent --no-package-lock --no-audit --no-fund && touch $@

fuzz: | $B/.packages-fuzz
	$(Q)$(MAKE) --no-print-directory VARIANT=fuzz CC=clang FUZZ_SECONDS=$(FUZZ_SECONDS) fuzz-run

fuzz-run: $(FUZZ)
	$(Q)FUZZ_SECONDS=$(FUZZ_SECONDS) sh tests/fuzz/run.sh $(FUZZ)

lint: $(MO) | $B/.packages-build $B/.packages-lint
	$(Q)CC='$(CC)' CFLAGS='$(CFLAGS_COMMON) $(PKG_CFLAGS)' sh tests/lint/lint.sh

format: | $B/.packages-lint
	$(Q)clang-format -i $(wildcard src/*.[ch] src/*/*.[ch] tests/*/*.[ch])

docs: all | $B/.packages-test $B/.packages-docs
	$(Q)NASKAH=$(BIN) sh docs/pictures.sh

# ---- installing -----------------------------------------------------------------------------------------
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/naskah $(DESTDIR)$(PREFIX)/share/locale/id/LC_MESSAGES
	install -m 755 $(BIN) $(DESTDIR)$(PREFIX)/bin/naskah
	install -m 644 $(MO) $(DESTDIR)$(PREFIX)/share/locale/id/LC_MESSAGES/naskah.mo
	cp -r templates schemas $(DESTDIR)$(PREFIX)/share/naskah/
	chmod -R u=rwX,go=rX $(DESTDIR)$(PREFIX)/share/naskah

clean:
	rm -rf out/build

distclean:
	rm -rf out

-include $(OBJ:.o=.d) $(UNIT:=.d) $(FUZZ:=.d) $B/fault/sweep.d
