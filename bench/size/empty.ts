/** What imports are compared with. */
