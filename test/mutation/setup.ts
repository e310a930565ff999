/** Makes the properties say the same about every mutant: one seed, and no search for a smaller counterexample. */

import fc from "fast-check";

fc.configureGlobal({ seed: 1, endOnFailure: true });
