//! The same work by the programs of others, in the same run, where they are installed: pdqhash and libjpeg-turbo (by Pillow) on pictures,
//! FAISS on hashes, vPDQ on films. Each is asked to use one thread and tells its own figures, processor time without its start.

use std::path::Path;

use crate::bench::python;

/// Milliseconds of the best of five, file by file.
const PICTURES: &str = r#"
import io, sys, time
import numpy, pdqhash
from PIL import Image
def best(work):
    took = []
    for _ in range(5):
        begun = time.perf_counter(); work(); took.append(time.perf_counter() - begun)
    return min(took) * 1000
def grey(data):
    picture = Image.open(io.BytesIO(data)); picture.draft("L", picture.size); picture.load()
for path in sys.argv[1:]:
    data = open(path, "rb").read()
    try:
        hashed = best(lambda: pdqhash.compute(numpy.array(Image.open(io.BytesIO(data)).convert("RGB"))))
        print("%9.2f %15.2f  pdqhash, Pillow grey: %s" % (best(lambda: grey(data)), hashed, path))
    except Exception as error:
        print("pdqhash does not read it: %s: %s" % (path, error))
"#;

/// All against all of FAISS by brute force, and one against all by its hash tables, over even random hashes.
const HASHES: &str = r#"
import sys, time
import faiss, numpy
count, radius = int(sys.argv[1]), int(sys.argv[2])
faiss.omp_set_num_threads(1)
held = numpy.random.default_rng(7).integers(0, 256, size=(count, 32), dtype=numpy.uint8)
asked = held[:1000]
flat = faiss.IndexBinaryFlat(256); flat.add(held)
begun = time.process_time(); flat.range_search(asked, radius + 1); took = time.process_time() - begun
print("FAISS %s, IndexBinaryFlat: %.3f Gpairs/s; one hash asked %.0f us; all pairs would take %.0f cpu s" % (
    faiss.__version__, len(asked) * count / took / 1e9, took / len(asked) * 1e6, took / len(asked) * count / 2))
"#;

/// Processor seconds of vPDQ, every frame and one a second.
const FILMS: &str = r#"
import sys, time
import vpdq
for every in (0, 1):
    begun, frames, read = time.process_time(), 0, 0
    for path in sys.argv[1:]:
        try:
            frames += len(vpdq.computeHash(path, seconds_per_hash=every, thread_count=1)); read += 1
        except Exception as error:
            print("vPDQ does not read it: %s: %s" % (path, error))
    print("vPDQ, %s: %.2f cpu s for %d frames of %d films" % (
        "one frame a second" if every else "every frame", time.process_time() - begun, frames, read))
"#;

/// pdqhash and libjpeg-turbo on files.
pub fn pictures<'a>(paths: impl Iterator<Item = &'a str>) {
    python::run("pdqhash pillow numpy", "import numpy, pdqhash, PIL", PICTURES, paths.map(str::to_owned).collect());
}

/// FAISS on as many hashes.
pub fn hashes(count: usize, radius: u32) {
    python::run("faiss-cpu numpy", "import faiss, numpy", HASHES, vec![count.to_string(), radius.to_string()]);
}

/// vPDQ on films.
pub fn films(paths: &[&Path]) {
    python::run("vpdq", "import vpdq", FILMS, paths.iter().map(|path| path.display().to_string()).collect());
}
