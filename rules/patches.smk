"""Training data of generators of sources, positions and fields, and models of background and point process.

Requires  results/{study}/fields, windows, sources
Produces  results/{study}/patches, grids, class_grids, small_fields, coordinates, background, process, library, sketches,
          crops
"""

from workflow_scripts.settings import blending, data, patches


rule extract_patches:
    input:
        windows=of_study(data.windows),
        segmentation="results/{study}/windows/{split}_segmentation.h5",
        catalogue="results/{study}/sources/{split}.ecsv",
    output:
        patches="results/{study}/patches/{split}.h5",
    log:
        "logs/{study}/extract_patches/{split}.log",
    benchmark:
        "benchmarks/{study}/extract_patches/{split}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
        disk_mb=growing(1000),
    params:
        options=options_of(patches.extract_patches),
        seed=seed,
        code=fingerprint("extract_patches"),
    script:
        "../workflow_scripts/rules/patches/extract_patches.py"


rule grid_positions:
    input:
        fields="results/{study}/fields/{split}.h5",
        catalogue="results/{study}/sources/{split}.ecsv",
    output:
        grids="results/{study}/grids/{split}.h5",
        class_grids="results/{study}/class_grids/{split}.h5",
    log:
        "logs/{study}/grid_positions/{split}.log",
    benchmark:
        "benchmarks/{study}/grid_positions/{split}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(60),
        disk_mb=growing(1000),
    params:
        options=options_of(patches.grid_positions),
        seed=seed,
        code=fingerprint("grid_positions"),
    script:
        "../workflow_scripts/rules/patches/grid_positions.py"


rule shrink_fields:
    input:
        fields="results/{study}/fields/{split}.h5",
    output:
        small_fields="results/{study}/small_fields/{split}.h5",
    log:
        "logs/{study}/shrink_fields/{split}.log",
    benchmark:
        "benchmarks/{study}/shrink_fields/{split}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(60),
        disk_mb=growing(1000),
    params:
        options=options_of(patches.shrink_fields),
        seed=seed,
        code=fingerprint("shrink_fields"),
    script:
        "../workflow_scripts/rules/patches/shrink_fields.py"


rule list_coordinates:
    input:
        fields="results/{study}/fields/{split}.h5",
        catalogue="results/{study}/sources/{split}.ecsv",
    output:
        coordinates="results/{study}/coordinates/{split}.h5",
    log:
        "logs/{study}/list_coordinates/{split}.log",
    benchmark:
        "benchmarks/{study}/list_coordinates/{split}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
        disk_mb=growing(1000),
    params:
        options=options_of(patches.list_coordinates),
        seed=seed,
        code=fingerprint("list_coordinates"),
    script:
        "../workflow_scripts/rules/patches/list_coordinates.py"


rule fit_background:
    input:
        fields="results/{study}/fields/train.h5",
        segmentation="results/{study}/sources/train_segmentation.h5",
    output:
        background="results/{study}/background/histogram.h5",
    log:
        "logs/{study}/fit_background.log",
    benchmark:
        "benchmarks/{study}/fit_background/all.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
        disk_mb=growing(1000),
    params:
        options=options_of(patches.fit_background),
        seed=seed,
        code=fingerprint("fit_background"),
    script:
        "../workflow_scripts/rules/patches/fit_background.py"


rule fit_noise:
    input:
        fields="results/{study}/fields/train.h5",
        segmentation="results/{study}/sources/train_segmentation.h5",
    output:
        noise="results/{study}/background/noise.h5",
    log:
        "logs/{study}/fit_noise.log",
    benchmark:
        "benchmarks/{study}/fit_noise/all.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
        disk_mb=growing(1000),
    params:
        options=options_of(patches.fit_noise),
        seed=seed,
        code=fingerprint("fit_noise"),
    script:
        "../workflow_scripts/rules/patches/fit_noise.py"


rule fit_point_process:
    input:
        fields="results/{study}/fields/train.h5",
        catalogue="results/{study}/sources/train.ecsv",
    output:
        process="results/{study}/process/process.h5",
    log:
        "logs/{study}/fit_point_process.log",
    benchmark:
        "benchmarks/{study}/fit_point_process/all.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
        disk_mb=growing(1000),
    params:
        options=options_of(patches.fit_point_process),
        seed=seed,
        code=fingerprint("fit_point_process"),
    script:
        "../workflow_scripts/rules/patches/fit_point_process.py"


rule build_library:
    input:
        fields="results/{study}/fields/train.h5",
        windows=of_study(data.windows, split="train"),
    output:
        sources="results/{study}/library/sources.h5",
        pixels="results/{study}/library/pixels.h5",
        unresolved="results/{study}/library/unresolved.h5",
    log:
        "logs/{study}/build_library.log",
    benchmark:
        "benchmarks/{study}/build_library/all.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
        disk_mb=growing(1000),
    params:
        options=options_of(patches.build_library),
        seed=seed,
        code=fingerprint("build_library"),
    script:
        "../workflow_scripts/rules/patches/build_library.py"


rule draw_sketches:
    input:
        fields="results/{study}/fields/{split}.h5",
        windows=of_study(data.windows),
    output:
        sketches="results/{study}/sketches/{split}.h5",
    log:
        "logs/{study}/draw_sketches/{split}.log",
    benchmark:
        "benchmarks/{study}/draw_sketches/{split}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
        disk_mb=growing(2000),
    params:
        options=options_of(patches.draw_sketches),
        seed=seed,
        code=fingerprint("draw_sketches"),
    script:
        "../workflow_scripts/rules/patches/draw_sketches.py"


rule crop_blends:
    input:
        stamps=of_study(blending.stamps, ending="h5"),
        stamp_catalogue=of_study(blending.stamps, ending="ecsv"),
        blends=of_study(patches.blends_to_crop, product="blends.npy"),
        catalogue=of_study(patches.blends_to_crop, product="catalogue.csv"),
    output:
        crops="results/{study}/crops/{use}/{split}.h5",
    log:
        "logs/{study}/crop_blends/{use}_{split}.log",
    benchmark:
        "benchmarks/{study}/crop_blends/{use}_{split}.tsv"
    conda:
        "../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(60),
        disk_mb=growing(1000),
    params:
        options=options_of(patches.crop_blends),
        seed=seed,
        code=fingerprint("crop_blends"),
    script:
        "../workflow_scripts/rules/patches/crop_blends.py"
