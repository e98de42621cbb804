# labd: every target installs what it needs first. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

KITS ?= $(if $(XDG_CACHE_HOME),$(XDG_CACHE_HOME),$(HOME)/.cache)/labd/kits

.PHONY: help setup build kit kits demo test test-all test-powercut test-types test-import test-bench simulate simulate-mutants bench fuzz lint docs clean test-kill test-medicine

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install the Debian packages that labd needs (as root or through sudo)
	@scripts/setup

build: setup ## Build labd and lablctl
	@swift build

kit: setup ## Build the virtual board's disk, kernel and boot loader from Debian packages
	@board-kit/build "$(KITS)"

kits: setup ## Build those of all families: arm64 and riscv64 with U-Boot, x86-64 with GRUB
	@board-kit/build --kit arm64-ab --kit riscv64-uboot --kit amd64-grub "$(KITS)"

demo: build kit ## Run four example jobs on virtual boards: a test, a survived power cut, a brick, every power cut
	@scripts/demo

test: setup lint kits ## Build everything and run the tests
	@scripts/test

test-all: setup lint kits ## Run the tests and the long suites
	@scripts/test --all

test-powercut: setup kit ## Explore the quick updaters of examples/powercut (scripts/test-powercut --all for every one)
	@scripts/test-powercut

test-kill: setup kit ## Kill labd at random moments of 200 jobs, on failing ground (scripts/test-kill SEED repeats a run)
	@scripts/test-kill

test-medicine: setup ## Explore what power cuts leave of labd's own state folder
	@scripts/test-medicine

test-types: setup ## Hold the device types against LAVA's own templates and the table of boards
	@scripts/test-types

test-import: setup ## Import a lab of LAVA dictionaries, and hold its boards against LAVA's own templates
	@scripts/test-import

test-bench: setup ## Hold models of devices behind real kernel interfaces against independent tools, in a QEMU guest
	@scripts/test-bench

SEEDS ?= 1000
simulate: setup ## Run the lab in a simulation, with faults: make simulate SEEDS=10000
	@scripts/simulate seeds --seeds "$(SEEDS)"
	@scripts/simulate sweep
	@scripts/simulate rivals

simulate-mutants: setup ## Put defects into the simulated lab and see that each is found
	@scripts/simulate mutants

bench: build kit ## Measure, as ratios against floors of the same run
	@scripts/bench

fuzz: setup ## Fuzz what takes input from strangers, a minute each (scripts/fuzz NAME SECONDS for more)
	@scripts/fuzz

lint: ## Check the format, the import table and the forbidden constructs
	@scripts/lint

docs: build ## Write completions and manual pages into build/docs
	@scripts/docs

clean: ## Remove what was built
	@rm -rf .build build
