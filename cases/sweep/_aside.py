"""The names of each namespace that the tables leave out, and why. What is in neither is new, and for somebody to look at."""

ASIDE = {
    "math": {
        "no floating-point output, or constant between jumps": """
            argmax argmin ceil count_nonzero equal floor floordiv greater greater_equal in_top_k invert_permutation is_finite
            is_inf is_nan is_non_decreasing is_strictly_increasing less less_equal logical_and logical_not logical_or
            logical_xor not_equal reduce_all reduce_any rint round sign zero_fraction""",
        "no input that is a number to differentiate by": "sobol_sample",
        "other names of an op that is asked": "special.bessel_i0 special.bessel_i0e special.bessel_i1 special.bessel_i1e",
    },
    "linalg": {
        "no floating-point output, or constant between jumps": "matrix_rank",
        "no input that is a number to differentiate by": "eye",
        "asked as tf.math": "l2_normalize",
        "classes": """
            LinearOperator LinearOperatorAdjoint LinearOperatorBlockDiag LinearOperatorBlockLowerTriangular
            LinearOperatorCirculant LinearOperatorCirculant2D LinearOperatorCirculant3D LinearOperatorComposition
            LinearOperatorDiag LinearOperatorFullMatrix LinearOperatorHouseholder LinearOperatorIdentity
            LinearOperatorInversion LinearOperatorKronecker LinearOperatorLowRankUpdate LinearOperatorLowerTriangular
            LinearOperatorPermutation LinearOperatorScaledIdentity LinearOperatorToeplitz LinearOperatorTridiag
            LinearOperatorZeros""",
    },
    "nn": {
        "no floating-point output, or constant between jumps": """
            collapse_repeated compute_accidental_hits ctc_beam_search_decoder ctc_greedy_decoder ctc_unique_labels in_top_k
            zero_fraction""",
        "random": """
            all_candidate_sampler dropout experimental.general_dropout fixed_unigram_candidate_sampler fractional_avg_pool
            fractional_max_pool learned_unigram_candidate_sampler""",
        "asked as tf.math": """
            approx_max_k approx_min_k l2_normalize log_softmax sigmoid softmax softplus softsign tanh top_k""",
        "other names of an op that is asked": "lrn silu",
        "classes": "RNNCellDeviceWrapper RNNCellDropoutWrapper RNNCellResidualWrapper",
    },
    "signal": {
        "no input that is a number to differentiate by": """
            hamming_window hann_window inverse_stft_window_fn linear_to_mel_weight_matrix vorbis_window""",
    },
    "image": {
        "no floating-point output, or constant between jumps": """
            combined_non_max_suppression extract_jpeg_shape generate_bounding_box_proposals is_jpeg non_max_suppression
            non_max_suppression_overlaps non_max_suppression_padded non_max_suppression_with_scores""",
        "of bytes or of integers": """
            adjust_jpeg_quality decode_and_crop_jpeg decode_bmp decode_gif decode_image decode_jpeg decode_jxl decode_png
            decode_webp encode_jpeg encode_png""",
        "random": """
            random_brightness random_contrast random_crop random_flip_left_right random_flip_up_down random_hue
            random_jpeg_quality random_saturation sample_distorted_bounding_box stateless_random_brightness
            stateless_random_contrast stateless_random_crop stateless_random_flip_left_right stateless_random_flip_up_down
            stateless_random_hue stateless_random_jpeg_quality stateless_random_saturation
            stateless_sample_distorted_bounding_box""",
        "classes": "ResizeMethod",
    },
}
